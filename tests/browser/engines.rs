//! Tests of this folder once more, in Firefox and in WebKitGTK.
//!
//! Chosen are those whose subject is the engine's own: modules that fail and are asked for again,
//! requests across origins, event streams, keys, languages, the policy for content, another module
//! beside the program. A test that is named here uses nothing that is Chromium's alone.

/// Runs each of these tests in an engine, under the same name.
macro_rules! again_in {
    ($engine:ident: $($module:ident::$test:ident,)+) => {
        $(
            #[test]
            fn $test() {
                nrgkick_tests::engine::Engine::$engine.runs(crate::$module::$test);
            }
        )+
    };
}

mod firefox {
    again_in! { Firefox:
        attack::a_name_of_elsewhere_that_leads_here_gets_nothing,
        attack::pages_of_elsewhere_write_nothing_and_read_nothing,
        demo::a_change_in_the_demo_is_confirmed_and_one_that_is_refused_says_why,
        demo::every_screen_of_the_demo_says_that_nothing_is_real,
        direct::a_charger_without_cors_is_told_apart,
        early::the_numbers_before_the_program_are_those_that_it_shows,
        events::a_charger_that_goes_away_is_told_by_events,
        front::a_part_of_the_page_that_does_not_come_says_so_and_comes_later,
        keyboard::the_focus_stays_through_a_write,
        languages::the_browser_the_address_and_the_settings_choose_the_language,
        looks::the_smallest_phone_and_the_colours_that_were_chosen,
        static_host::live_values_and_four_writes_through_a_proxy_at_another_origin,
    }
}

mod webkit {
    again_in! { WebKit:
        attack::pages_of_elsewhere_write_nothing_and_read_nothing,
        demo::every_screen_of_the_demo_says_that_nothing_is_real,
        direct::a_charger_without_cors_is_told_apart,
        events::events_move_the_values_and_no_poll_is_made,
        front::a_part_of_the_page_that_does_not_come_says_so_and_comes_later,
        proxy::a_user_reads_writes_is_refused_and_drags,
    }
}
