namespace LightDfs.Storage;

/// <summary>What a commit does where another version of the same id is held.</summary>
public enum CommitMode
{
    /// <summary>A client's store: one id has one content, so it is a conflict.</summary>
    New = 1,

    /// <summary>A copy that another machine holds already: of two versions the smaller stays everywhere, and the larger is set aside.</summary>
    Mend = 2,
}
