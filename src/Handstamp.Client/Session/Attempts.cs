namespace Handstamp.Client.Session;

/// <summary>Refreshes once more after a refusal that may be different at the next attempt.</summary>
sealed class Attempts(Refresh refresh, Turn turn, Pauses pauses, Timings timings, TimeProvider time)
{
    const int MostTries = 4;

    public async Task<HeldToken> RunAsync(Slot slot, Func<Task<HeldToken>> attempt)
    {
        for (var tries = 1; ; tries++)
        {
            TimeSpan pause;
            try
            {
                return await turn.RunAsync(attempt, CancellationToken.None).ConfigureAwait(false);
            }
            catch (HandstampException fault) when (pauses.Fault is null && tries < MostTries && IsWorthAnother(fault))
            {
                pause = timings.BeforeAnother(fault.RetryAfter);
            }
            // Out of turn: a login, a logout and the other processes do not have to wait for this.
            await WaitForNewsAsync(slot, pause).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for this time, but no longer than until the store holds another token, or none.</summary>
    async Task WaitForNewsAsync(Slot slot, TimeSpan pause)
    {
        var begun = new ClockReading(time);
        for (var left = pause; left > TimeSpan.Zero; left = pause - begun.Elapsed)
        {
            if (!await refresh.HoldsAsync(slot.Shown).ConfigureAwait(false)) return;
            var step = left < timings.Superseded ? left : timings.Superseded;
            // A delay takes whole milliseconds, and a delay of zero would not wait at all.
            await turn.PauseAsync(TimeSpan.FromMilliseconds(Math.Ceiling(step.TotalMilliseconds)), time).ConfigureAwait(false);
        }
    }

    // A newer token is in the store, or will be soon. Or the request was duplicated on its way, and its proof was
    // already used.
    static bool IsWorthAnother(HandstampException fault) =>
        fault.Code is HandstampErrorCodes.RefreshTokenSuperseded or HandstampErrorCodes.DpopProofInvalid && !fault.Definitive;
}
