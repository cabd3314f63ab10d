//! nginx with the configuration that deployments use, on loopback, as whoever calls us.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::process::{self, Server};
use crate::{environment, tools, workspace};

/// Where nginx is, installed where it is missing.
pub fn ensure_program() -> Result<PathBuf> {
    tools::ensure(
        "nginx",
        &["nginx-light"],
        "the browser tests' way to the page",
    )
}

/// How nginx is started.
pub struct Plan<'a> {
    /// A folder for configuration, certificate and temporary files.
    pub folder: &'a Path,
    /// The built page.
    pub page: &'a Path,
    /// Host and port of the API.
    pub api: &'a str,
    /// TLS port on loopback.
    pub https_port: u16,
    /// Plain port on loopback, which redirects.
    pub http_port: u16,
    /// Where output goes.
    pub log: &'a Path,
}

/// Starts it and waits until it listens.
pub fn start(plan: &Plan) -> Result<Server> {
    let program = ensure_program()?;
    let config = write_config(plan)?;
    let command = || {
        let mut command = Command::new(&program);
        command
            .arg("-p")
            .arg(plan.folder)
            .arg("-c")
            .arg(&config)
            .args(["-e", "stderr"]);
        command
    };
    // Root's workers would become www-data, who cannot enter this folder.
    let user = if environment::is_root() {
        "user root; "
    } else {
        ""
    };
    process::output(command().args(["-t", "-g", user]))
        .context("nginx does not accept nginx/nginx.conf.template")?;
    let mut server = Server::start(
        "nginx",
        command().args(["-g", &format!("{user}daemon off;")]),
        plan.log,
    )?;
    server.wait_until(Duration::from_secs(20), || {
        Ok(std::net::TcpStream::connect(("127.0.0.1", plan.https_port))
            .is_ok()
            .then_some(()))
    })?;
    Ok(server)
}

fn write_config(plan: &Plan) -> Result<PathBuf> {
    let (certificate, key) = certificate(plan.folder)?;
    let source = workspace::root().join("nginx");
    let template = std::fs::read_to_string(source.join("nginx.conf.template"))
        .context("cannot read nginx/nginx.conf.template")?;
    let text = render(
        &template,
        &BTreeMap::from([
            (
                "ARGUS_HTTPS_LISTEN",
                format!("127.0.0.1:{}", plan.https_port),
            ),
            ("ARGUS_HTTP_LISTEN", format!("127.0.0.1:{}", plan.http_port)),
            ("ARGUS_CERTIFICATE", certificate.display().to_string()),
            ("ARGUS_KEY", key.display().to_string()),
            ("ARGUS_PAGE", plan.page.display().to_string()),
            ("ARGUS_API", plan.api.to_owned()),
            ("ARGUS_NGINX", source.display().to_string()),
            ("ARGUS_RUN", plan.folder.display().to_string()),
        ]),
    )?;
    let file = plan.folder.join("nginx.conf");
    std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

/// What envsubst does with these names.
fn render(template: &str, values: &BTreeMap<&str, String>) -> Result<String> {
    let mut text = template.to_owned();
    for (name, value) in values {
        let place = format!("${{{name}}}");
        ensure!(text.contains(&place), "nothing in the template uses {name}");
        text = text.replace(&place, value);
    }
    if let Some(start) = text.find("${") {
        let end = text[start..]
            .find('}')
            .map_or(text.len(), |end| start + end + 1);
        anyhow::bail!(
            "the template uses {}, which has no value",
            &text[start..end]
        );
    }
    Ok(text)
}

/// The file of the authority that signed nginx' certificate, in its folder. Nobody but the tests trusts it.
pub const AUTHORITY: &str = "authority.pem";

/// A certificate for localhost, signed by an authority of its own, as programs that check it want it.
fn certificate(folder: &Path) -> Result<(PathBuf, PathBuf)> {
    let openssl = tools::ensure("openssl", &["openssl"], "a certificate for nginx")?;
    let (authority, authority_key) = (folder.join(AUTHORITY), folder.join("authority.key"));
    let (certificate, key) = (folder.join("tls.pem"), folder.join("tls.key"));
    let request = |subject: &str, certificate: &Path, key: &Path, extensions: &[&str]| {
        let mut command = Command::new(&openssl);
        command
            .args(["req", "-x509", "-newkey", "ec"])
            .args(["-pkeyopt", "ec_paramgen_curve:prime256v1"])
            .args(["-nodes", "-days", "2", "-subj", subject])
            .arg("-keyout")
            .arg(key)
            .arg("-out")
            .arg(certificate);
        for extension in extensions {
            command.args(["-addext", extension]);
        }
        command
    };
    process::output(&mut request(
        "/CN=Argus tests",
        &authority,
        &authority_key,
        &["keyUsage=critical,keyCertSign"],
    ))?;
    process::output(
        request(
            "/CN=localhost",
            &certificate,
            &key,
            &[
                "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "basicConstraints=critical,CA:FALSE",
            ],
        )
        .arg("-CA")
        .arg(&authority)
        .arg("-CAkey")
        .arg(&authority_key),
    )?;
    Ok((certificate, key))
}

#[cfg(test)]
mod tests {
    use argus_types::places;

    use super::*;

    #[test]
    fn nginx_delivers_the_office_bundle_for_exactly_its_paths() {
        let template =
            std::fs::read_to_string(workspace::root().join("nginx/nginx.conf.template")).unwrap();
        let names: Vec<_> = places::OF_OFFICE
            .iter()
            .map(|place| place.strip_prefix('/').unwrap())
            .collect();
        let location = format!("location ~ \"^/({})(/|$)\" {{", names.join("|"));
        let block = template
            .split_once(&location)
            .unwrap_or_else(|| panic!("nginx.conf.template has no {location}"))
            .1;
        let block = block.split_once('}').unwrap().0;
        let file = format!("try_files /{} =404;", places::OFFICE_FILE);
        assert!(block.contains(&file), "it does not deliver {file}");
    }

    #[test]
    fn only_named_places_are_filled_and_every_name_must_be_used() {
        let values = BTreeMap::from([("ARGUS_API", "127.0.0.1:1".to_owned())]);
        assert_eq!(
            render("to ${ARGUS_API} of $uri", &values).unwrap(),
            "to 127.0.0.1:1 of $uri"
        );
        assert!(render("nothing", &values).is_err());
        assert!(
            render("${ARGUS_API} ${ARGUS_OTHER}", &values)
                .unwrap_err()
                .to_string()
                .contains("ARGUS_OTHER")
        );
    }
}
