namespace Vigil.Training.Registry;

/// <summary>A model that cannot be read or written: says which file, what is wrong and what to do.</summary>
public class RegistryException(string message, Exception? inner = null) : Exception(message, inner);
