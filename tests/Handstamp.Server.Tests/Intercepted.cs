using System.Reflection;

namespace Handstamp.Server.Tests;

/// <summary>A real object. One of its methods is answered by the test.</summary>
public class Intercepted<T> : DispatchProxy where T : class
{
    T? _real;
    string? _method;
    Func<object?[], object?>? _answer;

    internal static T Of(T real, string method, Func<object?[], object?> answer)
    {
        var proxy = Create<T, Intercepted<T>>();
        var intercepted = (Intercepted<T>)(object)proxy;
        (intercepted._real, intercepted._method, intercepted._answer) = (real, method, answer);
        return proxy;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == _method ? _answer!(args!) : targetMethod.Invoke(_real, args);
}
