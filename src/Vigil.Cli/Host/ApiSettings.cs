using Vigil.Web;

namespace Vigil.Cli.Host;

/// <summary>How the API listens and whom it lets in, from the command line and the variables.</summary>
internal static class ApiSettings
{
    /// <exception cref="CommandException">Something cannot be used.</exception>
    public static ApiOptions Read(int? port, Settings settings)
    {
        try
        {
            var api = ApiOptions.FromEnvironment(name => settings[name]);
            api = port is { } given ? api with { Port = given } : api;
            api.Validate();
            return api;
        }
        catch (FormatException e)
        {
            throw new CommandException(e.Message, ExitCode.Usage, e);
        }
    }
}
