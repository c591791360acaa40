using System.Globalization;
using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Checks;

/// <summary>What is set aside is what was held: of the version that its name says, and the same until it is restored or discarded.</summary>
internal static class SetAsideChecks
{
    public static void Published(World world, SimMachine machine, string path)
    {
        if (!path.StartsWith(DiskView.Paths.Aside, StringComparison.Ordinal) || machine.Disk.Peek(path) is not { } bytes)
        {
            return;
        }
        machine.SetAside[path] = bytes;
        var parts = Path.GetFileName(path).Split('-');
        var id = new FileId(UInt128.Parse(parts[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        if (DiskView.VersionOf(bytes, id) is { } version && version.ToString("x32", CultureInfo.InvariantCulture) != parts[1])
        {
            world.Violate($"{machine} sets {id} aside as version {parts[1]}, and it is {version:x32}");
        }
    }

    public static void AtRest(World world)
    {
        foreach (var machine in world.Machines)
        {
            foreach (var path in machine.Disk.PeekNames(DiskView.Paths.Aside).Select(name => Path.Combine(DiskView.Paths.Aside, name)))
            {
                if (!machine.SetAside.TryGetValue(path, out var bytes) || !bytes.AsSpan().SequenceEqual(machine.Disk.Peek(path)))
                {
                    world.Violate($"{machine} has {path}, which is not what was set aside");
                }
            }
        }
    }
}
