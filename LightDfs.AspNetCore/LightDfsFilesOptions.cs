namespace LightDfs.AspNetCore;

/// <summary>What <c>MapLightDfsFiles</c> lets clients do beyond uploading and downloading.</summary>
public sealed class LightDfsFilesOptions
{
    /// <summary>True maps <c>DELETE prefix/{id}</c>. False by default: whoever knows an id could delete the file.</summary>
    public bool AllowDelete { get; set; }

    /// <summary>True maps <c>GET prefix</c>, the list of all files. False by default: it names every file of the cluster, and asks every machine.</summary>
    public bool AllowList { get; set; }
}
