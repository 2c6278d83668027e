namespace Handstamp.Server.Http;

/// <summary>Who can meet a problem.</summary>
enum MetBy
{
    /// <summary>Every client: both client libraries know the code.</summary>
    Clients,

    /// <summary>APIs, which have no use for a client library.</summary>
    ResourceServers,

    /// <summary>People on the pages, and no program.</summary>
    Pages,
}

/// <summary>
/// An entry of the error table: what a refusal is called, its status, the sentence that people read, whether the caller
/// shall give its tokens up, who can meet it, and what OAuth calls it. The page is <c>docs/errors/{code}.md</c>.
/// </summary>
sealed record Problem(string Code, int Status, string Title, bool Definitive, MetBy MetBy, string OAuthError);
