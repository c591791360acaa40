using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace LightDfs.AspNetCore.Descriptions;

/// <summary>A parameter that an endpoint reads itself, described as the framework describes those that it binds.</summary>
internal sealed class DescribedParameter(ParameterInfo parameter) : IParameterBindingMetadata
{
    public string Name => ParameterInfo.Name!;

    public bool HasTryParse => false;

    public bool HasBindAsync => false;

    public ParameterInfo ParameterInfo { get; } = parameter;

    public bool IsOptional => true;
}
