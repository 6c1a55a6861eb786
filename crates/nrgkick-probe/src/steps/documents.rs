//! Reads of the documents, by which the other steps know the unit.

use charger_profile::scrub;
use nrgkick_model::field::{DocumentName, FIELDS, Presence};
use nrgkick_model::refusal::RefusalKind;
use nrgkick_model::request::Read;
use nrgkick_model::{FieldId, ReplyError, Request};

use crate::owner::Owner;
use crate::session::{Session, Skip};

pub(super) async fn api<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    let answer = s.get(&Request::Api.target()).await?;
    let json = answer.reply().json().ok();
    if json.is_some_and(|json| json.get("gateway").is_some()) {
        return Err(Skip::End(
            "--charger: a server of NRGkick Web answers there; give the address of the charger \
             itself"
                .to_owned(),
        ));
    }
    s.answers.http.version = Some(answer.version.clone());
    s.answers.http.api = Some(scrub::exchange(&answer.exchange()));
    Ok(())
}

pub(super) async fn documents<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    let requests = [
        (DocumentName::Info, Request::Read(Read::text(DocumentName::Info))),
        (DocumentName::Info, Request::info()),
        (DocumentName::Values, Request::Read(Read::text(DocumentName::Values))),
        (DocumentName::Values, Request::values()),
        (DocumentName::Control, Request::Control),
    ];
    for (name, request) in requests {
        let target = request.target();
        let answer = s.get(&target).await?;
        s.answers.http.version = Some(answer.version.clone());
        match answer.reply().readings(name) {
            Ok(_) => {
                s.answers.http.enabled = Some(true);
                s.learn(name, &answer.reply())?;
                s.note_document(name, &target, &answer);
            }
            Err(ReplyError::Refused(refusal)) if refusal.kind == RefusalKind::Disabled => {
                s.answers.http.enabled = Some(false);
                s.answers.http.disabled = Some(scrub::exchange(&answer.exchange()));
                s.http = None;
                return Err(Skip::Left("the JSON API is switched off in the app".to_owned()));
            }
            Err(ReplyError::Refused(refusal)) if refusal.kind == RefusalKind::Unauthorized => {
                s.answers.http.enabled = Some(true);
                let given = s.http()?.has_password();
                if !given {
                    s.answers.http.unauthorized = Some(scrub::exchange(&answer.exchange()));
                }
                s.http = None;
                return Err(Skip::Left(match given {
                    true => "--username or --password-file: the charger refuses them".to_owned(),
                    false => "the charger wants a password: give --username and --password-file"
                        .to_owned(),
                }));
            }
            Err(error) => {
                s.note(format!("GET {target}"), &answer.text());
                return Err(Skip::Left(error.to_string()));
            }
        }
    }
    describe(s);
    let always = FIELDS.iter().filter(|field| field.presence == Presence::Always);
    let missing = always.filter(|field| {
        s.readings.reported(field.id).is_none() && s.readings.misfit(field.id).is_none()
    });
    s.answers.charger.missing = missing.map(|field| field.path.to_owned()).collect();
    Ok(())
}

/// Takes over what is known of the unit.
pub(super) fn describe<O: Owner>(s: &mut Session<'_, O>) {
    let charger = &mut s.answers.charger;
    charger.simulated = s.readings.is_simulated();
    charger.info = scrub::info(&s.readings);
    charger.modem = Some(s.readings.reported(FieldId::Imei).is_some());
    charger.position = Some(s.readings.reported(FieldId::Latitude).is_some());
}
