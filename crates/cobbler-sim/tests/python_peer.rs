//! Python's own XML-RPC client as a peer that shares nothing with this workspace.

use cobbler_sim::{CobblerSim, SimSpec};
use std::process::{Command, Output};

const SCRIPT: &str = r#"
import sys, xmlrpc.client
server = xmlrpc.client.ServerProxy(sys.argv[1], allow_none=True)
assert server.extended_version()["version_tuple"] == [3, 3, 10]
token = server.login("cobbler", "cobbler")
text = "Zürich <&> 'x' \"y\"\n\ttab $x"
assert server.write_autoinstall_template("p.ks", text, token) is True
assert server.read_autoinstall_template("p.ks", token) == text
handle = server.new_system(token)
assert server.modify_system(handle, "name", "py-1", token) is True
assert server.modify_system(handle, "profile", "el9-x86_64", token) is True
assert server.modify_system(handle, "nope", "", token) is False
assert server.modify_system(handle, "autoinstall_meta", {"k": text, "none": None}, token) is True
nic = {"macaddress-eth0": "52:54:00:00:00:01", "static-eth0": True}
assert server.modify_system(handle, "modify_interface", nic, token) is True
assert server.save_system(handle, token, "new") is True
system = server.get_system("py-1")
assert system["autoinstall_meta"] == {"k": text, "none": "~"}, system["autoinstall_meta"]
assert system["interfaces"]["eth0"]["static"] is True
assert isinstance(system["ctime"], float) and system["depth"] == 2
assert server.get_system("absent") == "~"
try:
    server.get_system()
    raise SystemExit("no fault")
except xmlrpc.client.Fault as fault:
    assert fault.faultCode == 1 and "missing 1 required" in fault.faultString
print("fine")
"#;

fn run(url: &str) -> std::io::Result<Output> {
    Command::new("python3")
        .args(["-c", SCRIPT, url])
        .env("PYTHONUTF8", "1")
        .output()
}

#[tokio::test]
async fn python_understands_the_simulator() {
    let sim = CobblerSim::start(SimSpec::default()).await.unwrap();
    let url = sim.api_url();
    let finished = tokio::task::spawn_blocking(move || run(&url))
        .await
        .unwrap();
    let output = match finished {
        Ok(output) => output,
        Err(error) => {
            eprintln!("SKIPPED: python3 cannot be started ({error})");
            return;
        }
    };
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "fine\n",
        "{errors}"
    );
    sim.shutdown().await;
}
