using System.Net;
using System.Net.Sockets;
using System.Text;
using Wuts.Hosting.Health;

namespace Wuts.Cluster.Tests.Silo;

public sealed class HealthProbeTests
{
    [Theory]
    [InlineData("200 OK", 0)]
    [InlineData("503 Service Unavailable", 1)]
    public async Task The_exit_code_is_what_the_process_says(string status, int code)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var probe = HealthProbe.RunAsync(["--probe", $"http://{listener.LocalEndpoint}/health/ready"]);
        using var connection = await listener.AcceptTcpClientAsync().WaitAsync(Guard.Limit);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"));

        Assert.Equal(code, await probe.WaitAsync(Guard.Limit));
    }

    [Fact]
    public async Task Where_nobody_listens_it_fails()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = listener.LocalEndpoint;
        listener.Stop();

        Assert.Equal(1, await HealthProbe.RunAsync(["--probe", $"http://{address}/"]));
    }

    [Fact]
    public Task What_is_no_URL_is_refused() => Assert.ThrowsAsync<ArgumentException>(() => HealthProbe.RunAsync(["--probe", "here"]));
}
