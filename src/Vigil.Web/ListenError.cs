using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Vigil.Web;

/// <summary>Says in one line why a server could not listen.</summary>
public static class ListenError
{
    /// <summary>Explains what starting a server threw.</summary>
    /// <param name="exception">As thrown by <c>StartAsync</c>.</param>
    /// <param name="port">The port that was asked for.</param>
    /// <returns>One line for the operator; null where the exception has another cause.</returns>
    public static string? Explain(Exception exception, int port)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
                return $"port {port} is already in use: stop the other process (sudo lsof -i :{port}) or choose another port";
            if (e is SocketException { SocketErrorCode: SocketError.AccessDenied })
                return $"port {port} may not be opened by this user: choose one above 1023";
            if (e is SocketException { SocketErrorCode: SocketError.AddressNotAvailable })
                return $"port {port}: the address to listen on does not belong to this machine";
        }

        return null;
    }
}
