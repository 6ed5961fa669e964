using Vigil.Core.Models;
using Vigil.Training.Registry;

namespace Vigil.Training.Learning;

/// <summary>A model and what is known about it; the card's model hash is set when it is saved.</summary>
public sealed record TrainedModel(Model Model, ModelCard Card);
