using System.Text.Json;
using System.Text.Json.Serialization;

namespace Handstamp.Client.Service;

/// <summary>A class and not a record: its text must not show the password.</summary>
sealed class Credentials
{
    public string? Email { get; init; }

    /// <summary>In place of an address.</summary>
    public string? Username { get; init; }

    public required string Password { get; init; }

    public string? DeviceName { get; init; }

    /// <summary>What the access token is to be for (RFC 8707).</summary>
    public string? Resource { get; init; }

    /// <summary>False if the person does not want to be remembered; null otherwise.</summary>
    public bool? Remember { get; init; }
}

/// <summary>A class and not a record: its text must not show the token and the password.</summary>
sealed class AcceptedInvitation
{
    public required string Token { get; init; }

    public required string Password { get; init; }

    public string? Terms { get; init; }
}

/// <summary>A class and not a record: its text must not show the password.</summary>
sealed class Registration
{
    public string? Email { get; init; }

    /// <summary>In place of an address.</summary>
    public string? Username { get; init; }

    public required string Password { get; init; }

    public string? Terms { get; init; }
}

sealed record AcceptedVersion(string Version);

/// <summary>The body of <c>POST /username/change</c>.</summary>
sealed record ChangedUsername(string Username);

/// <summary>A class and not a record: its text must not show the passwords.</summary>
sealed class PasswordChange
{
    public required string CurrentPassword { get; init; }

    public required string NewPassword { get; init; }
}

/// <summary>A class and not a record: its text must not show the token and the password.</summary>
sealed class PasswordReset
{
    public required string Token { get; init; }

    public required string NewPassword { get; init; }
}

sealed record Forgotten(string Email);

/// <summary>The link of a mail, or an address and its code. A class and not a record: its text must not show them.</summary>
sealed class EmailProof
{
    public string? Token { get; init; }

    public string? Email { get; init; }

    public string? Code { get; init; }
}

/// <summary>The same for a login. A class and not a record: its text must not show the token and the code.</summary>
sealed class MailLogin
{
    public string? Token { get; init; }

    public string? Email { get; init; }

    public string? Code { get; init; }

    public string? DeviceName { get; init; }

    public string? Resource { get; init; }

    /// <summary>False if the person does not want to be remembered; null otherwise.</summary>
    public bool? Remember { get; init; }
}

/// <summary>A class and not a record: its text must not show the token.</summary>
sealed class FormerLogin
{
    public required string RefreshToken { get; init; }

    public string? DeviceName { get; init; }

    public string? Resource { get; init; }

    /// <summary>False if the person does not want to be remembered; null otherwise.</summary>
    public bool? Remember { get; init; }
}

sealed record NewEmail([property: JsonPropertyName("new_email")] string Email);

/// <summary>A class and not a record: its text must not show the token.</summary>
sealed class ShownToken
{
    public required string RefreshToken { get; init; }

    public string? Resource { get; init; }
}

/// <summary>A class and not a record: its text must not show the password.</summary>
sealed class GivenPassword
{
    public required string Password { get; init; }

    public string? Resource { get; init; }
}

/// <summary>The answer of a reauthentication. A class and not a record: its text must not show the token.</summary>
class AccessAnswer : IJsonOnDeserialized
{
    public required string AccessToken { get; init; }

    /// <summary><c>Bearer</c>, or <c>DPoP</c> when the session is bound to a key.</summary>
    public required string TokenType { get; init; }

    public required int ExpiresIn { get; init; }

    public required Guid SessionId { get; init; }

    /// <summary>The service's retry window in seconds, if it is not 30.</summary>
    public double? RetryWindow { get; init; }

    /// <summary>
    /// If a value cannot be sent in a header, or is not a valid time, the answer is not a token answer.
    /// </summary>
    void IJsonOnDeserialized.OnDeserialized()
    {
        if (AccessToken.Length == 0 || AccessToken.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new JsonException("The access token can't be sent.");
        if (ExpiresIn <= 0 || RetryWindow is < 0 or double.PositiveInfinity)
            throw new JsonException("A time is invalid.");
    }
}

/// <summary>The answer of login, refresh and password change.</summary>
sealed class TokenAnswer : AccessAnswer
{
    public required string RefreshToken { get; init; }
}

/// <summary>A class and not a record: its text must not show the token and the code.</summary>
sealed class GivenFactor
{
    public required string MfaToken { get; init; }

    public required string Method { get; init; }

    public required string Code { get; init; }

    public string? Resource { get; init; }
}

/// <summary>A class and not a record: its text must not show the token.</summary>
sealed class ShownMfaToken
{
    public required string MfaToken { get; init; }
}

/// <summary>A class and not a record: its text must not show the token.</summary>
sealed class KeptAccount
{
    public required string MfaToken { get; init; }

    public string? Resource { get; init; }
}

/// <summary>A class and not a record: its text must not show the code.</summary>
sealed class FirstCode
{
    public required string Code { get; init; }

    public string? Name { get; init; }
}

/// <summary>A class and not a record: its text must not show the codes.</summary>
sealed class ConfirmedAuthenticator
{
    public IReadOnlyList<string>? RecoveryCodes { get; init; }
}

/// <summary>A class and not a record: its text must not show the codes.</summary>
sealed class RecoveryCodeList
{
    public required IReadOnlyList<string> RecoveryCodes { get; init; }
}

sealed record NewName([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? DeviceName);

sealed record DeviceList(IReadOnlyList<Device> Sessions);

sealed record PasskeyList(IReadOnlyList<Passkey> Passkeys);

sealed record ExternalLoginList(IReadOnlyList<ExternalLogin> ExternalLogins);

sealed record ExternalStart(string Provider, string? RedirectUri, string? Terms);

/// <summary>What a provider has answered. A class and not a record: its text must not show it.</summary>
sealed class ExternalAnswer
{
    public required string Ceremony { get; init; }

    public string? CallbackUrl { get; init; }

    public string? IdToken { get; init; }

    public string? DeviceName { get; set; }

    public string? Resource { get; set; }

    public bool? Remember { get; set; }
}

sealed record NewPasskeyName([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Name);

/// <summary>A refusal (RFC 9457).</summary>
sealed record Problem(string? Code, string? Title, bool? Definitive)
{
    /// <summary>For the second step of a login.</summary>
    public string? MfaToken { get; init; }

    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>If the account is to be deleted.</summary>
    public DateTimeOffset? DeletesAt { get; init; }

    /// <summary>If one has to be solved.</summary>
    public Challenge? Challenge { get; init; }

    public override string ToString() => $"{Code}";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Credentials))]
[JsonSerializable(typeof(PasswordChange))]
[JsonSerializable(typeof(PasswordReset))]
[JsonSerializable(typeof(AcceptedInvitation))]
[JsonSerializable(typeof(Registration))]
[JsonSerializable(typeof(AcceptedVersion))]
[JsonSerializable(typeof(ChangedUsername))]
[JsonSerializable(typeof(Forgotten))]
[JsonSerializable(typeof(EmailProof))]
[JsonSerializable(typeof(MailLogin))]
[JsonSerializable(typeof(FormerLogin))]
[JsonSerializable(typeof(NewEmail))]
[JsonSerializable(typeof(ShownToken))]
[JsonSerializable(typeof(GivenPassword))]
[JsonSerializable(typeof(AccessAnswer))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(GivenFactor))]
[JsonSerializable(typeof(ShownMfaToken))]
[JsonSerializable(typeof(KeptAccount))]
[JsonSerializable(typeof(FirstCode))]
[JsonSerializable(typeof(ConfirmedAuthenticator))]
[JsonSerializable(typeof(RecoveryCodeList))]
[JsonSerializable(typeof(AuthenticatorEnrolment))]
[JsonSerializable(typeof(SecondFactors))]
[JsonSerializable(typeof(NewName))]
[JsonSerializable(typeof(DeviceList))]
[JsonSerializable(typeof(PasskeyList))]
[JsonSerializable(typeof(NewPasskeyName))]
[JsonSerializable(typeof(ExternalVisit))]
[JsonSerializable(typeof(ExternalLogin))]
[JsonSerializable(typeof(ExternalLoginList))]
[JsonSerializable(typeof(ExternalStart))]
[JsonSerializable(typeof(ExternalAnswer))]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(ActivityPage))]
[JsonSerializable(typeof(AccountDeletion))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Challenge))]
sealed partial class Wire : JsonSerializerContext;
