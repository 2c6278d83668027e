using System.Text.RegularExpressions;
using Handstamp.TestBed;
using k8s;
using k8s.Models;

namespace Handstamp.Packages;

/// <summary>The manifests of deploy/ say what the image needs, in the words of Kubernetes and of Compose.</summary>
public sealed partial class ManifestTests
{
    static readonly string Image = $"handstamp:{ReleasedLibraries.Version}";

    [Theory]
    [InlineData("sqlite.yaml")]
    [InlineData("postgres.yaml")]
    public void Kubernetes_knows_every_key_and_the_pod_has_no_rights(string file)
    {
        var objects = KubernetesYaml.LoadAllFromString(File.ReadAllText(Repository.PathOf($"deploy/kubernetes/{file}")), strict: true);
        var pod = objects.OfType<V1StatefulSet>().Select(set => set.Spec.Template.Spec)
            .Concat(objects.OfType<V1Deployment>().Select(set => set.Spec.Template.Spec)).Single();
        var container = pod.Containers.Single();

        Assert.Equal(Image, container.Image);
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        Assert.Equal("/health/ready", container.ReadinessProbe.HttpGet.Path);
        Assert.Equal("/health/live", container.LivenessProbe.HttpGet.Path);
        Assert.Contains(container.VolumeMounts, mount => mount.MountPath == "/var/lib/handstamp");
        Assert.Contains(container.VolumeMounts, mount => mount is { MountPath: "/var/lib/handstamp/handstamp.json", SubPath: "handstamp.json" });
        Assert.True(pod.SecurityContext.FsGroup is null || pod.SecurityContext.FsGroupChangePolicy == "OnRootMismatch");
    }

    [Theory]
    [InlineData("sqlite.yaml")]
    [InlineData("postgres.yaml", "--Storage:ConnectionString=Host=127.0.0.1;Database=a;Username=a;Password=a", "--Keys:MasterKey=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public async Task The_settings_in_the_manifest_are_valid(string file, params string[] secrets)
    {
        using var directory = new TempDirectory();
        var objects = KubernetesYaml.LoadAllFromString(File.ReadAllText(Repository.PathOf($"deploy/kubernetes/{file}")), strict: true);
        var settings = directory.Write("handstamp.json", objects.OfType<V1ConfigMap>().Single().Data["handstamp.json"]);

        var result = await HandstampExecutable.RunAsync(["check-config", "--config", settings, "--data", directory.Path, .. secrets]);

        Assert.True(result.ExitCode == 0, result.Error);
    }

    [Fact]
    public void Compose_runs_the_image_of_this_version()
    {
        var compose = File.ReadAllText(Repository.PathOf("deploy/container/compose.yaml"));

        Assert.Equal(Image, ImageLine().Match(compose).Groups[1].Value);
    }

    [GeneratedRegex(@"^\s+image: (\S+)$", RegexOptions.Multiline)]
    private static partial Regex ImageLine();
}
