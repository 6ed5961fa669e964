namespace Vigil.Cli.Host.Doctor;

/// <summary>All that was found.</summary>
/// <param name="Status">The worst of the findings.</param>
/// <param name="Findings">In the order of the checks.</param>
internal sealed record DoctorReport(FindingStatus Status, IReadOnlyList<Finding> Findings)
{
    public static DoctorReport Of(IReadOnlyList<Finding> findings) =>
        new(findings.Select(finding => finding.Status).DefaultIfEmpty(FindingStatus.Ok).Max(), findings);
}
