namespace LightDfs.Testing.Conformance;

/// <summary>
/// Names the implementation that a conformance fixture tests: its factory must make just that type. <see cref="ConformanceCoverage"/> reads it. An open generic type stands for
/// all that are made of it.
/// </summary>
/// <param name="implementation">The type that is tested.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class TestsAttribute(Type implementation) : Attribute
{
    /// <summary>The type that is tested.</summary>
    public Type Implementation { get; } = implementation;
}
