using LightDfs.Membership;
using LightDfs.Ring;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LightDfs.Testing.Clusters;

/// <summary>What the machines of a <see cref="LightDfsTestCluster"/> are made with.</summary>
public sealed class TestClusterOptions
{
    /// <summary>Changes the options of each machine; called with its index. Default: nothing.</summary>
    public Action<int, LightDfsOptions>? ConfigureMachine { get; set; }

    /// <summary>The clock of each machine, called with its index. Default: the system's. <c>SimulatedTime.CreateClock</c> gives clocks that differ.</summary>
    public Func<int, TimeProvider> Time { get; set; } = _ => TimeProvider.System;

    /// <summary>The kind of ring that each machine places files by, called with its index. Default: <see cref="RendezvousHashRing"/>.</summary>
    public Func<int, IHashRing> Ring { get; set; } = _ => new RendezvousHashRing();

    /// <summary>Where the machines log to. Default: nowhere.</summary>
    public ILoggerFactory Loggers { get; set; } = NullLoggerFactory.Instance;

    /// <summary>Whether the network looks like one inside a single host, which needs no cluster key. Default true.</summary>
    public bool IsLoopback { get; set; } = true;

    /// <summary>Whether the network looks like TLS. Default false.</summary>
    public bool IsProtected { get; set; }

    /// <summary>Makes the replica store of a machine's next run, called with its index; <see langword="null"/>, the default, for one in memory that outlives its runs.</summary>
    internal Func<int, IReplicaStore>? MakeStore { get; set; }

    /// <summary>How many machines one beats to in a second; the default is for clusters of hundreds.</summary>
    internal BeatSettings Beats { get; set; } = BeatSettings.Default;

    /// <summary>Addresses that every machine lists besides those of the cluster: machines that are never there. Default none.</summary>
    public IList<string> OtherPeers { get; } = [];
}
