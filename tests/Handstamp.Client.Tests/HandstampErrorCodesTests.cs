using System.Reflection;
using Handstamp.TestBed;

namespace Handstamp.Client.Tests;

public sealed class HandstampErrorCodesTests
{
    static readonly string[] s_own = ["network", "timeout", "unexpected_answer", "signed_out", "store_failed"];

    [Fact]
    public void Every_page_of_an_error_is_known_to_the_client_and_no_other()
    {
        var pages = Repository.Files("docs/errors", "*.md").Select(Path.GetFileNameWithoutExtension)
            .Where(page => page is not ("README" or "resource_server_unauthorized"));
        var codes = typeof(HandstampErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!).Except(s_own);
        Assert.Equal(pages, codes.Order());
    }
}
