namespace Handstamp.Server.Http;

/// <summary>Who can meet a problem.</summary>
enum MetBy
{
    /// <summary>Every client: both client libraries have the code.</summary>
    Clients,

    /// <summary>APIs, which do not use a client library.</summary>
    ResourceServers,

    /// <summary>Only people on the pages.</summary>
    Pages,
}

/// <summary>
/// An entry of the error table: the code, the status, the sentence that people read, whether the caller should delete
/// its tokens, who can meet the problem, and its OAuth code. The page is <c>docs/errors/{code}.md</c>.
/// </summary>
sealed record Problem(string Code, int Status, string Title, bool Definitive, MetBy MetBy, string OAuthError);
