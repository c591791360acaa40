using System.Reflection;
using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Builders;

namespace LightDfs.Tests.Conformance;

/// <summary>
/// Runs the checks of a conformance fixture by hand, as NUnit would, so that a failure is an answer. Fixtures that are to be run by hand only are open generic types: NUnit leaves those alone.
/// </summary>
internal static class Checks
{
    /// <summary>Names of the checks that a conformance fixture has.</summary>
    public static IReadOnlyList<string> Of(Type conformance) => [.. MethodsOf(conformance).Select(method => method.Name).Order(StringComparer.Ordinal)];

    /// <summary>The checks, of those named or of all, that a fixture fails, each with what it said.</summary>
    public static async Task<IReadOnlyList<(string Check, string Failure)>> FailuresOfAsync(Type fixture, IReadOnlyCollection<string>? only = null)
    {
        var failures = new List<(string, string)>();
        foreach (var method in MethodsOf(fixture).Where(method => only?.Contains(method.Name) ?? true))
        {
            foreach (var (name, arguments) in CasesOf(fixture, method))
            {
                if (await FailureOfAsync(fixture, method, arguments) is { } failure)
                {
                    failures.Add((method.Name, $"{name}: {failure}"));
                }
            }
        }
        return failures;
    }

    private static IEnumerable<MethodInfo> MethodsOf(Type fixture) => fixture.GetMethods()
        .Where(method => method.GetCustomAttributes(true).Any(attribute => attribute is ITestBuilder or ISimpleTestBuilder));

    private static IEnumerable<(string Name, object?[] Arguments)> CasesOf(Type fixture, MethodInfo method)
    {
        var built = new DefaultTestCaseBuilder().BuildFrom(new MethodWrapper(fixture, method));
        var cases = built is ParameterizedMethodSuite suite ? suite.Tests : [built];
        foreach (var one in cases)
        {
            Assert.That(one.RunState, Is.EqualTo(RunState.Runnable), one.FullName);
            yield return (one.Name, one.Arguments);
        }
    }

    /// <summary>What a check says when it fails; <see langword="null"/> when it passes, or leaves itself out.</summary>
    private static async Task<string?> FailureOfAsync(Type type, MethodInfo check, object?[] arguments)
    {
        using var apart = new TestExecutionContext.IsolatedContext();
        var fixture = Activator.CreateInstance(type)!;
        try
        {
            try
            {
                await InvokeAllAsync<SetUpAttribute>(fixture);
                await InvokeAsync(fixture, check, arguments);
            }
            finally
            {
                await InvokeAllAsync<TearDownAttribute>(fixture);
            }
            return null;
        }
        catch (IgnoreException)
        {
            return null;
        }
        catch (Exception exception)
        {
            return exception.Message;
        }
    }

    private static async Task InvokeAllAsync<TAttribute>(object fixture) where TAttribute : Attribute
    {
        foreach (var method in fixture.GetType().GetMethods().Where(method => method.IsDefined(typeof(TAttribute), true)))
        {
            await InvokeAsync(fixture, method, []);
        }
    }

    private static async Task InvokeAsync(object fixture, MethodInfo method, object?[] arguments)
    {
        if (method.Invoke(fixture, BindingFlags.DoNotWrapExceptions, null, arguments, null) is Task task)
        {
            await task;
        }
    }
}
