namespace Vigil.Training.Learning;

/// <summary>A history that no model can be made of: says what is missing.</summary>
public sealed class TrainingException(string message) : Exception(message);
