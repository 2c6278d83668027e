using System.Text;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Handstamp.Server.Tests.Http;

/// <summary>The form in a request, up to its limit.</summary>
public sealed class FormBodyTests
{
    const string Type = "application/x-www-form-urlencoded";
    const int MaxLength = 50;

    static async Task<(string? Value, string? Code)> ReadAsync(string body, string? type = Type, bool hasLength = true, int maxLength = MaxLength)
    {
        var context = new DefaultHttpContext();
        context.Request.ContentType = type;
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        if (hasLength) context.Request.ContentLength = context.Request.Body.Length;
        var (form, refusal) = await context.ReadFormAsync(maxLength);
        if (refusal?.Problem == Problems.UnsupportedMediaType)
            Assert.Equal("This route needs a form, with Content-Type: application/x-www-form-urlencoded.", refusal.Detail);
        return (form?["a"], refusal?.Problem.Code);
    }

    [Theory]
    [InlineData(Type)]
    [InlineData("Application/X-WWW-Form-Urlencoded; charset=UTF-8")]
    public async Task A_form_is_read(string type) => Assert.Equal(("ü", null), await ReadAsync("a=%C3%BC", type));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("application/json")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData(Type + "; charset=utf-16")]
    public async Task Another_media_type_is_refused(string? type) => Assert.Equal((null, "unsupported_media_type"), await ReadAsync("a=b", type));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_form_has_a_limit_with_and_without_a_length(bool hasLength)
    {
        var longest = new string('b', MaxLength - 2);

        Assert.Equal((longest, null), await ReadAsync("a=" + longest, hasLength: hasLength));
        Assert.Equal((null, "body_too_large"), await ReadAsync("a=b" + longest, hasLength: hasLength));
    }

    [Fact]
    public async Task A_form_with_too_many_fields_is_refused() =>
        Assert.Equal((null, "invalid_request"), await ReadAsync(string.Concat(Enumerable.Repeat("a=&", 2000)), maxLength: 10_000));
}
