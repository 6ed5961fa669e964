namespace Vigil.Cli.Host.Doctor;

/// <summary>All checks.</summary>
internal static class Doctor
{
    /// <param name="target">What to look at.</param>
    /// <param name="patience">How long one check may take.</param>
    public static Task<DoctorReport> ExamineAsync(DoctorTarget target, TimeSpan patience) => Examination.RunAsync(
        [
            new Check("configuration", findings => ConfigurationChecks.LookAsync(target, findings)),
            new Check("files", findings => FileChecks.LookAsync(target, findings)),
            new Check("ports", findings => PortChecks.LookAsync(target, findings)),
            new Check("database", findings => DatabaseChecks.LookAsync(target, findings)),
            new Check("engine", findings => EngineChecks.LookAsync(target, findings)),
            new Check("record", findings => RecordChecks.LookAsync(target, findings)),
            new Check("certificates", findings => CertificateChecks.LookAsync(target, findings)),
            new Check("models", findings => ModelChecks.LookAsync(target, patience, findings)),
            // One question to brokers that are away must not use up the time of them all.
            new Check("kafka", findings => KafkaChecks.LookAsync(target, patience / 3, findings)),
            new Check("redis", findings => RedisChecks.LookAsync(target, findings)),
        ],
        patience);
}
