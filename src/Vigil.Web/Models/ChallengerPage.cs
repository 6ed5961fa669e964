namespace Vigil.Web.Models;

/// <summary>Challengers beside the models that decided, by the scores that were recorded with the decisions.</summary>
/// <param name="Data">Each challenger that has scored a decision of that time.</param>
/// <param name="Count">How many they are.</param>
/// <param name="From">First event time that was looked at, in UTC.</param>
/// <param name="To">First event time that was not any more, in UTC.</param>
public sealed record ChallengerPage(IReadOnlyList<ChallengerEntry> Data, int Count, DateTime From, DateTime To);

/// <summary>How a challenger does beside the models that decided, on the same decisions.</summary>
/// <param name="Alias">Why it was scored.</param>
/// <param name="Version">Its version.</param>
/// <param name="Champions">Versions that decided.</param>
/// <param name="From">Event time of the first decision, in UTC.</param>
/// <param name="To">Event time of the last one, in UTC.</param>
/// <param name="Scored">Decisions that both have scored.</param>
/// <param name="ReviewsPerDay">The budget: the highest scores of each day.</param>
/// <param name="Labelled">Decisions whose label is known.</param>
/// <param name="Frauds">Known frauds among them.</param>
/// <param name="Agreement">Share of the payments at the budget of the model that decides which are at the challenger's, too.</param>
/// <param name="Champion">What reviewing by the model that decides finds.</param>
/// <param name="Challenger">What reviewing by the challenger would find.</param>
/// <param name="OnlyChampion">Known frauds that only the one finds.</param>
/// <param name="OnlyChallenger">Known frauds that only the other finds.</param>
/// <param name="Said">What can be told by now, in words.</param>
public sealed record ChallengerEntry(
    string Alias, string Version, IReadOnlyList<string> Champions, DateTime From, DateTime To, int Scored, int ReviewsPerDay, int Labelled,
    int Frauds, ShareRange Agreement, AtBudget Champion, AtBudget Challenger, int OnlyChampion, int OnlyChallenger, string Said);

/// <summary>What reviewing the highest scores of each day by one model finds.</summary>
/// <param name="Labelled">Payments at the budget whose label is known.</param>
/// <param name="Frauds">Known frauds among them.</param>
/// <param name="Precision">Share of frauds among the labelled of them; null while none is labelled.</param>
/// <param name="Recall">Share of all known frauds that is among them; null while none is known.</param>
public sealed record AtBudget(int Labelled, int Frauds, ShareRange? Precision, ShareRange? Recall);

/// <summary>A share with its range of 95% (Wilson's score interval; with weights, on Kish's effective number of rows).</summary>
/// <param name="Value">The share.</param>
/// <param name="Low">Where the range begins.</param>
/// <param name="High">Where it ends.</param>
public sealed record ShareRange(double Value, double Low, double High);
