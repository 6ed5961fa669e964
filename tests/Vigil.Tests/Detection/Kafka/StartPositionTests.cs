using Vigil.Detection.Kafka;

namespace Vigil.Tests.Detection.Kafka;

public sealed class StartPositionTests
{
    [Theory]
    [InlineData(null, null, false, 10, StartReason.Beginning)]
    [InlineData(null, 40L, false, 40, StartReason.Group)]
    [InlineData(50L, null, false, 50, StartReason.Stored)]
    [InlineData(50L, 50L, true, 50, StartReason.Stored)]
    [InlineData(50L, 40L, true, 50, StartReason.Stored)] // Killed between the two commits.
    [InlineData(50L, 60L, true, 50, StartReason.Stored)] // The database was restored from a backup.
    [InlineData(50L, 60L, false, 60, StartReason.OperatorSkip)]
    [InlineData(50L, 40L, false, 40, StartReason.OperatorReread)]
    [InlineData(50L, 50L, false, 50, StartReason.Stored)]
    [InlineData(5L, null, false, 10, StartReason.Expired)]
    [InlineData(50L, 3L, false, 10, StartReason.Expired)]
    [InlineData(101L, null, false, 10, StartReason.Recreated)]
    [InlineData(100L, null, false, 100, StartReason.Stored)]
    public void A_start_follows_from_the_stored_position_the_group_and_the_log(
        long? stored, long? group, bool ours, long offset, StartReason reason)
    {
        var partition = new AssignedPartition(3, group, ours, First: 10, End: 100);
        StartPosition.Choose(partition, stored).ShouldBe(new StartPosition(3, offset, reason, stored));
    }
}
