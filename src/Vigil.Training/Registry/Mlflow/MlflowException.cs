using System.Net;

namespace Vigil.Training.Registry.Mlflow;

/// <summary>A call that an MLflow server refused or did not answer.</summary>
/// <param name="message">What was asked, what the server said, and what to do.</param>
/// <param name="status">The status; null where there was no answer.</param>
/// <param name="code">MLflow's error code; empty where it gave none.</param>
/// <param name="inner">The cause.</param>
public sealed class MlflowException(string message, HttpStatusCode? status, string code, Exception? inner = null)
    : RegistryException(message, inner)
{
    public HttpStatusCode? Status { get; } = status;

    public string Code { get; } = code;
}
