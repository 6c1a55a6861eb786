//! The reader against a device that is deaf at first, late, or answers what nobody asked.

#![allow(clippy::unwrap_used, reason = "a failed test may panic, in its helpers too")]

use std::time::Duration;

use modbus_client::{Attempt, Framing, Read, Reader, Table, Timeouts};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const LIMIT: Duration = Duration::from_secs(5);
const SHORT: Duration = Duration::from_millis(50);

const fn at(address: u16) -> Read {
    Read { unit: 1, table: Table::Input, address, quantity: 1 }
}

/// Connects to a device that runs `script` on its first connection.
async fn device<F>(
    framing: Framing,
    script: impl FnOnce(TcpStream) -> F + Send + 'static,
) -> (Reader, JoinHandle<()>)
where
    F: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let task = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        script(stream).await;
    });
    let timeouts = Timeouts { connect: LIMIT, settle: Duration::ZERO };
    (Reader::connect(("127.0.0.1", port), framing, timeouts).await.unwrap(), task)
}

async fn request(stream: &mut TcpStream, length: usize) -> Vec<u8> {
    let mut request = vec![0; length];
    stream.read_exact(&mut request).await.unwrap();
    request
}

/// Answers a TCP request with one word.
fn reply(request: &[u8], word: u16) -> Vec<u8> {
    let [high, low] = word.to_be_bytes();
    [&request[..4], &[0, 5], &request[6..8], &[2, high, low]].concat()
}

/// The late answer has the number of the first register, which nobody may take for the second's.
#[tokio::test]
async fn a_late_answer_is_skipped_and_the_connection_kept() {
    let (reader, served) = device(Framing::Tcp, async |mut stream| {
        let first = request(&mut stream, 12).await;
        assert_eq!(first[6..], [1, 4, 0, 10, 0, 1], "function 4");
        let second = request(&mut stream, 12).await;
        stream.write_all(&reply(&first, 1111)).await.unwrap();
        stream.write_all(&reply(&second, 2222)).await.unwrap();
        let third = request(&mut stream, 12).await;
        stream.write_all(&reply(&third, 3333)).await.unwrap();
    })
    .await;
    let Attempt::Silent(mut reader, SHORT) = reader.read(at(10), SHORT).await else { panic!() };
    assert!(reader.is_ready(at(20)));
    let Attempt::Answered(mut reader, words) = reader.read(at(20), LIMIT).await else { panic!() };
    assert_eq!(words, [2222]);
    assert!(reader.is_ready(at(30)));
    let Attempt::Answered(_, words) = reader.read(at(30), LIMIT).await else { panic!() };
    assert_eq!(words, [3333]);
    served.await.unwrap();
}

/// A device that needs longer than the first wait is understood all the same, and the answer to the
/// repeated request is not taken for the next one's.
#[tokio::test]
async fn a_late_answer_to_the_same_request_counts() {
    let (reader, served) = device(Framing::Tcp, async |mut stream| {
        let first = request(&mut stream, 12).await;
        let second = request(&mut stream, 12).await;
        stream.write_all(&reply(&first, 1111)).await.unwrap();
        let third = request(&mut stream, 12).await;
        stream.write_all(&reply(&second, 2222)).await.unwrap();
        stream.write_all(&reply(&third, 3333)).await.unwrap();
    })
    .await;
    let Attempt::Silent(reader, _) = reader.read(at(10), SHORT).await else { panic!() };
    let Attempt::Answered(mut reader, words) = reader.read(at(10), LIMIT).await else { panic!() };
    assert_eq!(words, [1111]);
    assert!(reader.is_ready(at(10)));
    let Attempt::Answered(_, words) = reader.read(at(10), LIMIT).await else { panic!() };
    assert_eq!(words, [3333], "the second is old by now");
    served.await.unwrap();
}

/// What the device measured for the question of before may be minutes old.
#[tokio::test]
async fn a_late_answer_counts_no_more_once_it_is_forgotten() {
    let (reader, served) = device(Framing::Tcp, async |mut stream| {
        let first = request(&mut stream, 12).await;
        let second = request(&mut stream, 12).await;
        stream.write_all(&reply(&first, 1111)).await.unwrap();
        stream.write_all(&reply(&second, 2222)).await.unwrap();
    })
    .await;
    let Attempt::Silent(mut reader, _) = reader.read(at(10), SHORT).await else { panic!() };
    reader.forget();
    assert!(reader.is_ready(at(10)));
    let Attempt::Answered(_, words) = reader.read(at(10), LIMIT).await else { panic!() };
    assert_eq!(words, [2222]);
    served.await.unwrap();
}

#[tokio::test]
async fn an_answer_to_anothers_transaction_ends_the_connection() {
    let (reader, served) = device(Framing::Tcp, async |mut stream| {
        let mut first = request(&mut stream, 12).await;
        first[0] ^= 0x55;
        stream.write_all(&reply(&first, 1)).await.unwrap();
    })
    .await;
    let Attempt::Broken(error) = reader.read(at(10), LIMIT).await else { panic!() };
    assert!(error.to_string().contains("another request"), "{error}");
    served.await.unwrap();
}

#[tokio::test]
async fn what_nobody_asked_for_is_seen_before_the_next_request() {
    let (reader, served) = device(Framing::Tcp, async |mut stream| {
        let first = request(&mut stream, 12).await;
        let twice = [reply(&first, 5), reply(&first, 6)].concat();
        stream.write_all(&twice).await.unwrap();
        let _ = stream.read(&mut [0]).await;
    })
    .await;
    match reader.read(at(10), LIMIT).await {
        // Together they are seen at once; the second alone may come a moment later.
        Attempt::Broken(error) => assert!(error.to_string().contains("more bytes"), "{error}"),
        Attempt::Answered(mut reader, words) => {
            assert_eq!(words, [5]);
            while reader.is_ready(at(20)) {
                tokio::task::yield_now().await;
            }
        }
        other => panic!("{other:?}"),
    }
    served.await.unwrap();
}

/// The frame of evcc 32316. Without transactions a late answer could be anybody's.
#[tokio::test]
async fn over_rtu_a_silent_request_may_only_be_repeated() {
    let one = Read { table: Table::Holding, ..at(0) };
    let (reader, served) = device(Framing::Rtu, async |mut stream| {
        assert_eq!(request(&mut stream, 8).await, [1, 3, 0, 0, 0, 1, 0x84, 0x0a]);
        assert_eq!(request(&mut stream, 8).await, [1, 3, 0, 0, 0, 1, 0x84, 0x0a]);
        stream.write_all(&[0x01, 0x03, 0x02, 0x08, 0xb1, 0x7f, 0xf0]).await.unwrap();
        let _ = stream.read(&mut [0]).await;
    })
    .await;
    let Attempt::Silent(mut reader, _) = reader.read(one, SHORT).await else { panic!() };
    assert!(!reader.is_ready(at(7)), "another request");
    assert!(reader.is_ready(one));
    let Attempt::Answered(mut reader, words) = reader.read(one, LIMIT).await else { panic!() };
    assert_eq!(words, [2225]);
    assert!(!reader.is_ready(one), "a second answer may still come");
    drop(reader);
    served.await.unwrap();
}
