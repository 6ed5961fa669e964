namespace Vigil.Cli.Host.Doctor;

/// <summary>Runs checks side by side, each for itself: one that fails or hangs takes nothing from the others.</summary>
internal static class Examination
{
    /// <param name="checks">The checks.</param>
    /// <param name="patience">How long one may take.</param>
    public static async Task<DoctorReport> RunAsync(IReadOnlyList<Check> checks, TimeSpan patience)
    {
        var found = await Task.WhenAll(checks.Select(check => RunAsync(check, patience)));
        return DoctorReport.Of([.. found.SelectMany(findings => findings)]);
    }

    private static async Task<IReadOnlyList<Finding>> RunAsync(Check check, TimeSpan patience)
    {
        var findings = new Findings(check.Name);
        try
        {
            // Task.Run: clients of databases and brokers block. One that hangs is left behind, and ends with the process.
            await Task.Run(() => check.Look(findings)).WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            return [.. findings.Now(), Finding.Fail(
                check.Name, $"no answer within {patience.TotalSeconds:0} s", "see whether it is overloaded, or a firewall drops what is sent to it")];
        }
        catch (Exception e) when (Findings.IsExpected(e))
        {
            return [.. findings.Now(), Finding.Fail(check.Name, $"cannot be looked at: {e.Message}", "correct the setting, then look again")];
        }
        catch (Exception e)
        {
            // Top of the check: a defect in one of them must not hide what the others found.
            return [.. findings.Now(), Finding.Fail(check.Name, $"the check itself failed: {e.GetType().Name}: {e.Message}", "report this as a defect of vigil doctor")];
        }

        return findings.Now();
    }
}
