namespace Handstamp.Server.Accounts.SecondFactors;

/// <summary>The names of the second factors, in answers and in the audit trail.</summary>
static class SecondFactorKinds
{
    public const string Totp = "totp";

    public const string RecoveryCode = "recovery_code";
}
