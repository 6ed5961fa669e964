using System.CommandLine;
using Vigil.Cli.Commands;
using Vigil.Cli.Commands.Audit;
using Vigil.Cli.Commands.Backup;
using Vigil.Cli.Commands.DeadLetters;
using Vigil.Cli.Commands.Keys;
using Vigil.Cli.Commands.Labels;
using Vigil.Cli.Commands.Lifecycle;
using Vigil.Cli.Commands.Lists;
using Vigil.Cli.Commands.Models;
using Vigil.Cli.Commands.Produce;
using Vigil.Cli.Commands.Rules;
using Vigil.Cli.Host;

var root = new RootCommand("Vigil decides, in real time, whether a payment is fraud.")
{
    ApiCommand.Create(),
    AuditCommand.Create(),
    BackupCommand.Create(),
    DetectCommand.Create(),
    DlqCommand.Create(),
    DoctorCommand.Create(),
    DriftCommand.Create(),
    EvaluateCommand.Create(),
    ExplainCommand.Create(),
    FeaturesCommand.Create(),
    HealthCommand.Create(),
    KeysCommand.Create(),
    LabelsCommand.Create(),
    LifecycleCommand.Create(),
    ListsCommand.Create(),
    LoadCommand.Create(),
    ModelsCommand.Create(),
    ProduceCommand.Create(),
    ReplayCommand.Create(),
    RestoreCommand.Create(),
    RestoreDrillCommand.Create(),
    RetrainCommand.Create(),
    RulesCommand.Create(),
    RunCommand.Create(),
    SetupDbCommand.Create(),
    SetupTopicsCommand.Create(),
    SimulateCommand.Create(),
    ThresholdsCommand.Create(),
    TrainCommand.Create(),
};
return await CommandLine.InvokeAsync(root, args);
