using System.Text;

namespace Handstamp.Rig.Load;

/// <summary>A request before it is bytes.</summary>
sealed record Message(string Method, string Path, string Headers = "", string Body = "")
{
    public static Message Json(string path, string body) =>
        new("POST", path, "Content-Type: application/json\r\n", body);

    public static Message Form(string path, string body) =>
        new("POST", path, "Content-Type: application/x-www-form-urlencoded\r\n", body);

    public static Message Call(string path, string accessToken) =>
        new("GET", path, $"Authorization: Bearer {accessToken}\r\n");

    /// <summary>Everything before the length of the body.</summary>
    public string Head => $"{Method} {Path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{Headers}";

    public byte[] ToBytes() => Encoding.ASCII.GetBytes(
        Method == "GET" ? $"{Head}\r\n" : $"{Head}Content-Length: {Body.Length}\r\n\r\n{Body}");
}
