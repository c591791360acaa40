namespace LightDfs.Transport.Http.Multiplexing;

/// <summary>What a frame says. The numbers are part of the wire format.</summary>
internal enum FrameKind : byte
{
    /// <summary>To the server: a request, whole.</summary>
    Request = 1,

    /// <summary>To the client: the head of a reply, and its body where that is short.</summary>
    Reply = 2,

    /// <summary>To the client: the next bytes of a long body.</summary>
    Data = 3,

    /// <summary>To the client: no reply will come, or no more of it.</summary>
    BrokenOff = 4,

    /// <summary>To the client: the server stops; what was asked is answered, ask no more here.</summary>
    Leaving = 5,

    /// <summary>To the server: so many more bytes of a long body may come.</summary>
    Credit = 6,

    /// <summary>To the server: the reply, or the rest of it, is not wanted.</summary>
    Cancel = 7,
}
