using System.Runtime.Intrinsics;

namespace Vigil.Core.Models;

/// <summary>Four points of integration as a node sees them.</summary>
/// <param name="Time">The probability that the node's feature is known, given the way to the node.</param>
/// <param name="Weight">The points' weights, times the derivative of <paramref name="Time"/>.</param>
internal readonly record struct ShapPoint(Vector256<double> Time, Vector256<double> Weight);
