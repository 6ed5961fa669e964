namespace Vigil.Tests.Deploy;

public sealed class KubernetesTests
{
    private static readonly List<Dictionary<object, object>> Objects =
        [.. Directory.GetFiles(Repository.Path("deploy/kubernetes/base"), "*.yaml").Order().SelectMany(file => Yaml.Documents(File.ReadAllText(file)))];

    [Fact]
    public void The_base_lists_every_file_and_each_object_has_kind_and_name()
    {
        var folder = Repository.Path("deploy/kubernetes/base");
        var listed = Yaml.Texts(Objects.Single(o => Yaml.Text(o, "kind") == "Kustomization"), "resources");
        Directory.GetFiles(folder, "*.yaml").Select(file => Path.GetFileName(file)).Except(["kustomization.yaml"]).Order().ShouldBe(listed.Order());
        foreach (var one in Objects.Where(o => Yaml.Text(o, "kind") != "Kustomization"))
        {
            Yaml.Text(one, "apiVersion").ShouldNotBeNullOrEmpty();
            Yaml.Text(one, "metadata/name").ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public void Every_container_is_restricted_and_bounded()
    {
        foreach (var (pod, name) in Pods())
        {
            Yaml.Text(pod, "automountServiceAccountToken").ShouldBe("false", name);
            Yaml.Text(pod, "securityContext/runAsNonRoot").ShouldBe("true", name);
            Yaml.Text(pod, "securityContext/seccompProfile/type").ShouldBe("RuntimeDefault", name);
            foreach (var container in Containers(pod))
            {
                Yaml.Text(container, "securityContext/allowPrivilegeEscalation").ShouldBe("false", name);
                Yaml.Text(container, "securityContext/readOnlyRootFilesystem").ShouldBe("true", name);
                Yaml.Texts(container, "securityContext/capabilities/drop").ShouldBe(["ALL"], name);
                Yaml.Text(container, "resources/requests/cpu").ShouldNotBeNull(name);
                Yaml.Text(container, "resources/limits/memory").ShouldNotBeNull(name);
                var volumes = ((List<object>)Yaml.At(pod, "volumes")!).Select(volume => Yaml.Text(volume, "name"));
                ((List<object>)Yaml.At(container, "volumeMounts")!).Select(mount => Yaml.Text(mount, "name")).ShouldBeSubsetOf(volumes, name);
            }
        }
    }

    [Fact]
    public void The_probes_ask_what_the_services_answer()
    {
        foreach (var (pod, name) in Pods().Where(pod => pod.Name is "vigil-api" or "vigil-detect"))
        {
            var container = Containers(pod).Single();
            Yaml.Text(container, "startupProbe/httpGet/path").ShouldBe("/health/live", name);
            Yaml.Text(container, "livenessProbe/httpGet/path").ShouldBe("/health/live", name);
            Yaml.Text(container, "readinessProbe/httpGet/path").ShouldBe("/health/ready", name);
        }
    }

    [Fact]
    public void What_is_not_allowed_is_denied_and_each_service_has_a_budget_and_scales()
    {
        Yaml.Texts(Named("NetworkPolicy", "deny-all"), "spec/policyTypes").ShouldBe(["Ingress", "Egress"]);
        foreach (var name in new[] { "vigil-api", "vigil-detect" })
        {
            Yaml.Map(Named("PodDisruptionBudget", name), "spec/selector/matchLabels")["app.kubernetes.io/name"].ShouldBe(name);
            Yaml.Text(Named("HorizontalPodAutoscaler", name), "spec/scaleTargetRef/name").ShouldBe(name);
        }
    }

    private static Dictionary<object, object> Named(string kind, string name) =>
        Objects.Single(o => Yaml.Text(o, "kind") == kind && Yaml.Text(o, "metadata/name") == name);

    private static IEnumerable<(object Pod, string Name)> Pods() => Objects
        .Where(o => Yaml.Text(o, "kind") is "Deployment" or "Job" or "CronJob")
        .Select(o => (Yaml.At(o, Yaml.Text(o, "kind") == "CronJob" ? "spec/jobTemplate/spec/template/spec" : "spec/template/spec")!, Yaml.Text(o, "metadata/name")!));

    private static IEnumerable<object> Containers(object pod) =>
        new[] { "containers", "initContainers" }.SelectMany(list => Yaml.At(pod, list) as List<object> ?? []);
}
