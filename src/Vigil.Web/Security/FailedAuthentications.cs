using System.Net;
using System.Threading.RateLimiting;

namespace Vigil.Web.Security;

/// <summary>Counts requests without a valid key by remote address.</summary>
internal sealed class FailedAuthentications(RateLimit limit) : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> _limiter =
        PartitionedRateLimiter.Create<IPAddress, IPAddress>(
            address => RateLimitPartition.GetTokenBucketLimiter(address, _ => TokenBucket.Options(limit)));

    /// <summary>Takes a token of the address; the lease is not acquired where none is left.</summary>
    public RateLimitLease Count(IPAddress? address) => _limiter.AttemptAcquire(Network(address ?? IPAddress.None));

    public void Dispose() => _limiter.Dispose();

    // Whoever has one IPv6 address usually has the whole /64.
    private static IPAddress Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        if (bytes.Length == 16)
            bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
