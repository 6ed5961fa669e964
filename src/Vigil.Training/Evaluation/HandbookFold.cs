namespace Vigil.Training.Evaluation;

/// <summary>The rows of one train and test week.</summary>
/// <param name="TrainStart">The first train day.</param>
/// <param name="Train">Row numbers to train on, ascending.</param>
/// <param name="Test">Row numbers to test on, ascending, without those of customers already known to be compromised.</param>
public sealed record HandbookFold(DateOnly TrainStart, int[] Train, int[] Test)
{
    /// <summary>The first test day.</summary>
    public DateOnly TestStart => TrainStart.AddDays(HandbookProtocol.TrainDays + HandbookProtocol.DelayDays);
}
