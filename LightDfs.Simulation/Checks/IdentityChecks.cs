using System.Globalization;
using LightDfs.Identity;
using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Checks;

/// <summary>P6: an id that is on a disk stays, as long as the disk does.</summary>
internal static class IdentityChecks
{
    public static void Published(World world, SimMachine machine, string path)
    {
        if (Path.GetFileName(path) != "machine-id" || machine.Disk.Peek(path) is not { } bytes)
        {
            return;
        }
        MachineId? id = IdentityLine.Decode(bytes) is { } line && IdentityLine.TryParse(line, "lightdfs-machine-id", out var text)
            ? new MachineId(UInt128.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)) : null;
        if (machine.Id is { } kept && kept != id)
        {
            world.Violate($"{machine} changes the machine id on its disk from {kept} to {id}");
        }
        machine.Id = id;
    }
}
