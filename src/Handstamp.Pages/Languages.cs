using Microsoft.AspNetCore.Http;

namespace Handstamp.Pages;

/// <summary>The available languages, and the one that suits a visitor best.</summary>
sealed class Languages
{
    const string Folder = "pages/texts/";

    // The first one is for visitors who read none of them.
    readonly Texts[] _all =
    [
        .. typeof(Languages).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => Path.GetFileNameWithoutExtension(name[Folder.Length..]))
            .OrderBy(language => language != "en")
            .Select(TextsJson.Read),
    ];

    public IReadOnlyList<Texts> All => _all;

    /// <summary>RFC 9110 §12.5.4, by language only: <c>de-AT</c> is German.</summary>
    public Texts For(HttpRequest request) =>
        request.GetTypedHeaders().AcceptLanguage
            .Where(wish => wish.Quality is not 0)
            .OrderByDescending(wish => wish.Quality ?? 1)
            .Select(wish => Find(wish.Value.AsSpan()))
            .FirstOrDefault(texts => texts is not null) ?? _all[0];

    Texts? Find(ReadOnlySpan<char> range)
    {
        var end = range.IndexOf('-');
        var language = end < 0 ? range : range[..end];
        foreach (var texts in _all)
            if (language.Equals(texts.Language, StringComparison.OrdinalIgnoreCase)) return texts;
        return null;
    }
}
