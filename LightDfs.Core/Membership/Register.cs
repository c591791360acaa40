namespace LightDfs.Membership;

/// <summary>One mergeable value: the higher version wins, then the greater value, so that machines agree in whatever order they hear.</summary>
internal readonly record struct Register<T>(long Version, T Value)
{
    public Register<T> Merge(Register<T> other) =>
        other.Version > Version || (other.Version == Version && Comparer<T>.Default.Compare(other.Value, Value) > 0) ? other : this;

    /// <summary>The register after its writer changed it.</summary>
    public Register<T> Next(T value) => new(Version + 1, value);
}
