//! Signing in at the provider without a browser: to its page, through its form and back, as each role.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use argus_types::paths;
use argus_types::person::Session;
use argus_types::places;
use argus_types::problem::ProblemCode;
use argus_types::sign_in::{OidcBegin, OidcFinish, OidcRedirect};
use ureq::Agent;
use ureq::http::Request;
use url::Url;

use super::Account;
use crate::client::{self, Client};
use crate::stack::{PROVIDER, Stack};

/// More redirects than this lead nowhere.
const MOST_HOPS: usize = 12;

/// Has everybody who has an account there sign in, go on and sign out; nothing where there is no provider.
pub fn each_role(stack: &Stack, origin: &str) -> Result<()> {
    let Some(provider) = stack.provider() else {
        return Ok(());
    };
    let account = Account::begin();
    account.line("provider", provider.issuer());
    for (user, person) in provider.people() {
        let mut client = Client::new(&*stack.address, origin);
        let finish = prove(&mut client, origin, user)?;
        match person.role() {
            Some(role) => comes_in(&mut client, &finish, &person.name, role, &account)?,
            None => stays_out(&mut client, &finish, &person.name, &account)?,
        }
    }
    Ok(())
}

/// Signs in with what the provider said, and does what a person does until they leave.
fn comes_in(
    client: &mut Client,
    finish: &OidcFinish,
    name: &str,
    role: &str,
    account: &Account,
) -> Result<()> {
    let opened = client.open_session(paths::OIDC_FINISH, finish)?;
    let session: Session = client.get(paths::SESSION)?;
    ensure!(
        session.person == opened.person,
        "the session is of somebody else than who signed in"
    );
    ensure!(
        session.person.name == name && session.person.role.as_str() == role,
        "{name} should be {role}, and is {} ({})",
        session.person.name,
        session.person.role.as_str()
    );
    account.line("sign in", &format!("{name} ({role})"));
    ensure!(client.refresh()?, "renewing gave no new cookies");
    let renewed: Session = client.get(paths::SESSION)?;
    ensure!(
        renewed.person == session.person,
        "renewing made somebody else of {name}"
    );
    account.line(
        "go on",
        &format!(
            "access renewed, {} s more, new cookies",
            renewed.access_expires_in_s
        ),
    );
    client.sign_out()?;
    refused(client, ProblemCode::NotSignedIn)?;
    account.line("sign out", "nothing can be read any more");
    Ok(())
}

/// Whom the provider knows and Argus gives no role gets no session, and reads why.
fn stays_out(
    client: &mut Client,
    finish: &OidcFinish,
    name: &str,
    account: &Account,
) -> Result<()> {
    let answer = client.send("POST", paths::OIDC_FINISH, finish)?;
    let problem = answer
        .problem()
        .with_context(|| format!("{name} is in no group that gives a role, and came in"))?;
    ensure!(
        problem.code == ProblemCode::SignInRefused,
        "{name} was refused as {}",
        problem.code.as_str()
    );
    account.line("refused", &format!("{name}: {}", problem.detail));
    refused(client, ProblemCode::NotSignedIn)
}

/// The session cannot be read, for this reason.
fn refused(client: &Client, code: ProblemCode) -> Result<()> {
    match client.look(paths::SESSION)?.problem() {
        Some(problem) if problem.code == code => Ok(()),
        Some(problem) => bail!("the session is refused as {}", problem.code.as_str()),
        None => bail!("there is a session, and there should be none"),
    }
}

/// Proves at the provider who one is; what the page would hand to Argus.
fn prove(client: &mut Client, origin: &str, user: &str) -> Result<OidcFinish> {
    let begin = OidcBegin {
        provider: PROVIDER.to_owned(),
    };
    let redirect: OidcRedirect = client
        .send("POST", paths::OIDC_BEGIN, &begin)?
        .expect(paths::OIDC_BEGIN)?;
    let back = format!("{origin}{}", places::sign_in_callback(PROVIDER));
    let arrived = walk(&redirect.url, &back, user)?;
    let mut values: BTreeMap<String, String> = arrived.query_pairs().into_owned().collect();
    Ok(OidcFinish {
        provider: PROVIDER.to_owned(),
        code: values.remove("code"),
        state: values
            .remove("state")
            .context("the provider sent no state back")?,
        iss: values.remove("iss"),
        error: values.remove("error"),
        error_description: values.remove("error_description"),
    })
}

/// Goes where a browser would, fills in the one form on the way, and stops where the provider leads back to Argus.
fn walk(from: &str, back: &str, user: &str) -> Result<Url> {
    let agent = Agent::new_with_config(
        Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(30)))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .build(),
    );
    let mut cookies = BTreeMap::new();
    let mut at = Url::parse(from).context("the way to the provider is no address")?;
    let mut form = None;
    for _ in 0..MOST_HOPS {
        let method = if form.is_some() { "POST" } else { "GET" };
        let mut request = Request::builder().method(method).uri(at.as_str());
        if let Some(cookies) = client::header(&cookies) {
            request = request.header("cookie", cookies);
        }
        if form.is_some() {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        let body: String = form.take().unwrap_or_default();
        let response = agent
            .run(request.body(body)?)
            .context("the provider does not answer")?;
        for value in response.headers().get_all("set-cookie") {
            client::keep(&mut cookies, value.to_str().unwrap_or_default());
        }
        if let Some(location) = response.headers().get("location") {
            at = at.join(
                location
                    .to_str()
                    .context("the provider leads to no address")?,
            )?;
            if at.as_str().starts_with(back) {
                return Ok(at);
            }
        } else if response.status().is_success() && method == "GET" {
            form = Some(
                url::form_urlencoded::Serializer::new(String::new())
                    .append_pair("user", user)
                    .append_pair("answer", "sign-in")
                    .finish(),
            );
        } else {
            bail!(
                "the provider answered {} at {}",
                response.status(),
                at.path()
            );
        }
    }
    bail!("the provider does not lead back to Argus")
}
