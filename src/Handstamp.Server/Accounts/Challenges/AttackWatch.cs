using System.Net;
using System.Security.Cryptography;
using Handstamp.Server.Audit;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Challenges;

/// <summary>
/// Whether the service is under attack, as this node sees it: how many attempts have failed lately, in all and for each network.
/// It is counted in memory, so that a flood costs no statement.
/// </summary>
sealed class AttackWatch(IOptions<ChallengeOptions> challenge, IOptions<AccountOptions> accounts, TimeProvider clock)
{
    /// <summary>What the failures of a network are counted in. Those of all are counted in one minute.</summary>
    public static readonly TimeSpan NetworkPeriod = TimeSpan.FromMinutes(10);

    // Networks with the same place are counted together. Nobody can choose their place.
    const int Places = 4096;

    readonly byte[] _secret = RandomNumberGenerator.GetBytes(16);
    readonly RecentCounts _all = new(1, TimeSpan.FromMinutes(1), clock);
    readonly RecentCounts _networks = new(Places, NetworkPeriod, clock);

    /// <summary>An attempt from there has failed.</summary>
    public void Note(IPAddress? address)
    {
        _all.Add(0);
        if (address is not null) _networks.Add(PlaceOf(address));
    }

    /// <summary>Whether there were too many failures, from this network or from everywhere.</summary>
    public bool IsAttackFrom(IPAddress address) =>
        _all.Of(0) > challenge.Value.Failures || _networks.Of(PlaceOf(address)) > accounts.Value.Throttle.NetworkFree;

    int PlaceOf(IPAddress address) =>
        BitConverter.ToUInt16(HMACSHA256.HashData(_secret, address.AuditNetwork().GetAddressBytes())) % Places;
}

/// <summary>
/// Counts what happens, at a number of places, over the last period: what was counted before it fades out in equal parts. The
/// memory is always the same.
/// </summary>
sealed class RecentCounts(int places, TimeSpan period, TimeProvider clock)
{
    readonly Lock _lock = new();
    int[] _now = new int[places];
    int[] _before = new int[places];
    long _turn = clock.GetUtcNow().Ticks / period.Ticks;

    public void Add(int place)
    {
        lock (_lock)
        {
            Turn();
            _now[place]++;
        }
    }

    public double Of(int place)
    {
        lock (_lock)
        {
            var over = Turn();
            return _now[place] + (_before[place] * (1 - over));
        }
    }

    /// <summary>Returns which part of the period is over.</summary>
    double Turn()
    {
        var ticks = clock.GetUtcNow().Ticks;
        var turn = ticks / period.Ticks;
        if (turn != _turn)
        {
            (_before, _now) = (_now, _before);
            Array.Clear(_now);
            if (turn != _turn + 1) Array.Clear(_before);
            _turn = turn;
        }
        return (double)(ticks % period.Ticks) / period.Ticks;
    }
}
