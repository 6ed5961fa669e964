namespace Vigil.Training.Comparison;

/// <summary>One thing that is asked of a model before it is promoted.</summary>
/// <param name="Name">What: <c>features</c>, <c>labels</c>, <c>average_precision</c>, <c>calibration</c>, <c>latency</c>.</param>
/// <param name="Passed">Whether it is met.</param>
/// <param name="Said">The numbers, in words.</param>
/// <param name="Candidate">The model's number, where there is one.</param>
/// <param name="Champion">The number of the model in charge.</param>
/// <param name="Limit">What was asked for.</param>
public sealed record GateCheck(string Name, bool Passed, string Said, double? Candidate = null, double? Champion = null, double? Limit = null);
