//! Several connections at once. Few, and with one request each.

use charger_profile::{Parallel, Reply};
use nrgkick_model::{Field, FieldId, Request};

use crate::http::Ask;
use crate::owner::Owner;
use crate::registers::{READ, UNIT, read};
use crate::session::{Session, Skip, left};

/// Connections; a small web server has seven sockets or fewer.
const CONNECTIONS: u8 = 6;

pub(super) async fn http<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    let http = s.http()?;
    s.pace().await;
    let mut open = Vec::new();
    for _ in 0..CONNECTIONS {
        // One that is refused counts as one that is not answered.
        open.extend(http.open().await.ok());
    }
    let target = Request::Control.target();
    let mut asking = tokio::task::JoinSet::new();
    for mut connection in open {
        let target = target.clone();
        asking.spawn(async move {
            let answer = connection.send(Ask::get(&target)).await;
            // Kept open until all have been answered.
            (answer.is_ok_and(|answer| answer.status == 200), connection)
        });
    }
    let all = asking.join_all().await;
    s.answers.http.parallel = parallel(all.iter().filter(|(answered, _)| *answered).count())?;
    drop(all);
    // The charger has to notice that its sockets are free.
    s.look().await;
    Ok(())
}

pub(super) async fn modbus<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    let registers = s.registers()?;
    s.pace().await;
    let mut open = Vec::new();
    for _ in 0..CONNECTIONS {
        open.extend(registers.open().await.ok());
    }
    let asked = read(READ, Field::of(FieldId::Status).register.address, 1);
    let limit = s.options.times.exchange;
    let mut asking = tokio::task::JoinSet::new();
    for mut link in open {
        let asked = asked.clone();
        asking.spawn(async move {
            let heard = link.ask(UNIT, &asked, limit).await;
            (heard.reply(&asked) == Reply::Answered, link)
        });
    }
    let all = asking.join_all().await;
    s.answers.modbus.parallel = parallel(all.iter().filter(|(answered, _)| *answered).count())?;
    drop(all);
    s.look().await;
    Ok(())
}

fn parallel(answered: usize) -> Result<Option<Parallel>, Skip> {
    match u8::try_from(answered) {
        Ok(answered @ 1..) => Ok(Some(Parallel { tried: CONNECTIONS, answered })),
        _ => left("none of them was answered"),
    }
}
