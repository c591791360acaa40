using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace LightDfs.Benchmarks.Load;

/// <summary>
/// Sockets without the framework's own loop, because the generator shares the processors with what it measures. One thread, edge-triggered: a socket is told about once for each
/// change, so whoever uses it goes on until there is nothing more to do.
/// </summary>
internal sealed unsafe partial class Epoll : IDisposable
{
    private const int Again = 11; // EAGAIN
    private const int Interrupted = 4; // EINTR
    private const int Add = 1; // EPOLL_CTL_ADD
    private const uint InOutEdge = 0x1 | 0x4 | 0x80000000; // EPOLLIN | EPOLLOUT | EPOLLET
    private const int DontWait = 0x40; // MSG_DONTWAIT
    private const int NoSignal = 0x4000; // MSG_NOSIGNAL
    private const int Discard = 0x20; // MSG_TRUNC: of TCP, the bytes are taken and not copied
    private const int MaxEvents = 128;

    // Packed on x86-64 only: there the number follows the flags at once.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventSize - 8;
    private readonly int _epoll = Checked(Create(0x80000), "create an epoll"); // EPOLL_CLOEXEC
    private readonly byte[] _events = GC.AllocateArray<byte>(MaxEvents * 16, pinned: true);

    /// <summary>Begins to watch a socket.</summary>
    /// <param name="socket">Which.</param>
    /// <param name="number">What <see cref="Wait"/> calls it.</param>
    public void Watch(Socket socket, int number)
    {
        var change = stackalloc byte[16];
        *(uint*)change = InOutEdge;
        *(long*)(change + DataOffset) = number;
        Checked(Control(_epoll, Add, Descriptor(socket), change), "watch a socket");
    }

    /// <summary>Waits for changes, and tells which sockets changed.</summary>
    /// <returns>How many were written.</returns>
    public int Wait(Span<int> numbers, int milliseconds)
    {
        fixed (byte* events = _events)
        {
            var count = Wait(_epoll, events, Math.Min(numbers.Length, MaxEvents), milliseconds);
            if (count < 0 && Marshal.GetLastPInvokeError() == Interrupted)
            {
                return 0;
            }
            Checked(count, "wait for sockets");
            for (var i = 0; i < count; i++)
            {
                numbers[i] = (int)*(long*)(events + (i * EventSize) + DataOffset);
            }
            return count;
        }
    }

    /// <returns>Bytes sent; -1 when there is no room now.</returns>
    public static int TrySend(Socket socket, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            return NowOrLater((int)Send(Descriptor(socket), first, (nuint)bytes.Length, DontWait | NoSignal), "send");
        }
    }

    /// <returns>Bytes received; 0 when the other side has closed; -1 when there are none now.</returns>
    public static int TryReceive(Socket socket, Span<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            return NowOrLater((int)Receive(Descriptor(socket), first, (nuint)bytes.Length, DontWait), "receive");
        }
    }

    /// <summary>As <see cref="TryReceive"/>, but what comes is thrown away where it lies.</summary>
    public static int TryDiscard(Socket socket, Span<byte> room)
    {
        fixed (byte* first = room)
        {
            return NowOrLater((int)Receive(Descriptor(socket), first, (nuint)room.Length, DontWait | Discard), "receive");
        }
    }

    public void Dispose() => Checked(Close(_epoll), "close an epoll");

    private static int Descriptor(Socket socket) => (int)socket.Handle;

    private static int NowOrLater(int result, string doing)
    {
        if (result >= 0)
        {
            return result;
        }
        return Marshal.GetLastPInvokeError() is Again or Interrupted ? -1 : Checked(result, doing);
    }

    private static int Checked(int result, string doing) => result >= 0
        ? result
        : throw new IOException($"Cannot {doing}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, int descriptor, byte* change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(int epoll, byte* events, int max, int milliseconds);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int descriptor, byte* bytes, nuint count, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int descriptor, byte* bytes, nuint count, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
