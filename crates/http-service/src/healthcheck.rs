//! The command `healthcheck`: does a server on this machine answer? For containers, whose engine asks
//! the program itself, as there is nothing else in them.

use std::process::ExitCode;
use std::time::Duration;

use http::{Method, StatusCode};
use tokio::runtime::Builder;

use crate::outbound::Target;
use crate::program::{fail, print};

/// The path that every server answers to everybody.
const PATH: &str = "/healthz";
/// Bytes of an answer at most.
const MOST: usize = 1 << 20;

/// Which server is asked.
#[derive(Clone, Debug, clap::Args)]
pub struct HealthcheckArgs {
    /// Its address; without it, this machine and the port that this program has by itself
    #[arg(long, value_name = "URL")]
    pub from: Option<Target>,

    /// How long to wait for the answer
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = time_limit)]
    pub time_limit: Duration,
}

fn time_limit(text: &str) -> Result<Duration, String> {
    crate::duration(text, &(Duration::from_millis(100)..=Duration::from_secs(60)))
}

/// Asks. The exit code is 0 if the server answers as it should, else 1.
pub fn healthcheck(args: &HealthcheckArgs, port: u16) -> ExitCode {
    let asked =
        Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string());
    match asked.and_then(|runtime| runtime.block_on(ask(args, port))) {
        Ok(()) => print("ok\n"),
        Err(error) => fail(&*Box::<dyn std::error::Error>::from(error), 1),
    }
}

async fn ask(args: &HealthcheckArgs, port: u16) -> Result<(), String> {
    let here = || format!("http://127.0.0.1:{port}").parse();
    let target = args.from.clone().map_or_else(here, Ok)?.at(PATH)?;
    let answer = target.ask(Method::GET, &[], Vec::new(), MOST, args.time_limit);
    match answer.await {
        // One that answers HTTPS alone sends every plain reader on.
        Ok((StatusCode::OK | StatusCode::PERMANENT_REDIRECT, _)) => Ok(()),
        Ok((status, _)) => Err(format!("{target} answered {status}")),
        Err(error) => Err(format!("{target}: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    async fn server(answer: &'static str) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 1024];
            let read = stream.read(&mut request).await.unwrap();
            assert!(request[..read].starts_with(b"GET /healthz HTTP/1.1\r\n"));
            stream.write_all(answer.as_bytes()).await.unwrap();
            // Held open: who hangs sends nothing.
            let _ = stream.read(&mut request).await;
        });
        port
    }

    #[tokio::test]
    async fn only_an_answer_of_200_in_time_is_healthy() {
        let args = HealthcheckArgs { from: None, time_limit: Duration::from_millis(300) };
        let ok = server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await;
        assert_eq!(ask(&args, ok).await, Ok(()));
        let encrypted =
            server("HTTP/1.1 308 Permanent Redirect\r\nContent-Length: 0\r\n\r\n").await;
        assert_eq!(ask(&args, encrypted).await, Ok(()));
        let away = server("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n").await;
        let error = ask(&args, away).await.unwrap_err();
        assert!(
            error.contains(&format!("http://127.0.0.1:{away}/healthz answered 503")),
            "{error}"
        );
        let silent = server("").await;
        assert!(ask(&args, silent).await.unwrap_err().contains("no answer within 300ms"));
        let from = Some(format!("http://127.0.0.1:{silent}").parse().unwrap());
        assert!(ask(&HealthcheckArgs { from, ..args }, 1).await.is_err(), "gone, and named");
    }
}
