namespace Vigil.Tests;

internal static class Allocations
{
    /// <summary>Bytes that this thread allocates in <paramref name="run"/>, exact where there are none.</summary>
    /// <remarks>
    /// A collection, which any other test may cause, counts what was left of the thread's allocation buffer (up to
    /// 8 KiB) as allocated. So the buffer is given back first: then there is nothing to count.
    /// </remarks>
    public static long Of(Action run)
    {
        GC.Collect(0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        run();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
