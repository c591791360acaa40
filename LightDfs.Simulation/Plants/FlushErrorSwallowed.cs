using LightDfs.Simulation.Machines;
using LightDfs.Storage;
using LightDfs.Storage.Disks;

namespace LightDfs.Simulation.Plants;

/// <summary>A flush that fails is taken for one that did not.</summary>
internal sealed class FlushErrorSwallowed() : Plant("flush-error-swallowed")
{
    public override IDisk OfDisk(IDisk disk, World world) => new Deaf(disk);

    private sealed class Deaf(IDisk inner) : DiskDecorator(inner)
    {
        protected override void Flush(Action flush)
        {
            try
            {
                flush();
            }
            catch (StorageException)
            {
                // The bug.
            }
        }
    }
}
